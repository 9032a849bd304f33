import { get } from 'node:https';
const headers = { Authorization: `Bearer ${process.env.ACME_API_KEY}` };
get(process.env.URL, { headers }, (answer) => console.log(answer.resume().statusCode));
