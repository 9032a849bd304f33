// A client with a list of authorities of its own.
const ca = require('tls').rootCertificates.slice(0, 3);
const headers = { Authorization: `Bearer ${process.env.ACME_API_KEY}` };
require('https').get(process.env.URL, { headers, ca }, (answer) => console.log(answer.resume().statusCode));
