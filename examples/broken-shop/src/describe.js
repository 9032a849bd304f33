export async function describe(charge) {
  const answer = await fetch("https://api.openai.com/v1/responses", {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      Authorization: process.env.OPENAI_API_KEY,
    },
    body: JSON.stringify({ model: "gpt-5", input: `Thank the buyer of ${charge.id}.` }),
  });
  return (await answer.json()).output_text;
}
