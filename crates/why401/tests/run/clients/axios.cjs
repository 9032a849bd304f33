const axios = require('axios');
const headers = { Authorization: `Bearer ${process.env.ACME_API_KEY}` };
axios.get(process.env.URL, { headers, validateStatus: null }).then((answer) => console.log(answer.status));
