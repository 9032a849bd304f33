const answer = await fetch(process.env.URL, { headers: { Authorization: `Bearer ${process.env.ACME_API_KEY}` } });
console.log(answer.status);
