import got from 'got';
const headers = { authorization: `Bearer ${process.env.ACME_API_KEY}` };
const answer = await got(process.env.URL, { headers, throwHttpErrors: false, retry: { limit: 0 } });
console.log(answer.statusCode);
