import { request } from 'undici';
const answer = await request(process.env.URL, { headers: { authorization: `Bearer ${process.env.ACME_API_KEY}` } });
console.log(answer.statusCode);
