const answer = await fetch(Deno.env.get("URL")!, { headers: { Authorization: `Bearer ${Deno.env.get("ACME_API_KEY")}` } });
console.log(answer.status);
