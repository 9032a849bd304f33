const client = require(process.env.URL.startsWith('https') ? 'https' : 'http');
const headers = { Authorization: `Bearer ${process.env.ACME_API_KEY}` };
client.get(process.env.URL, { headers }, (answer) => console.log(answer.resume().statusCode));
