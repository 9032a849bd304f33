import OpenAI from 'openai';
const client = new OpenAI({ apiKey: process.env.ACME_API_KEY, maxRetries: 0 });
try {
  await client.models.list();
  console.log(200);
} catch (error) {
  console.log(error.status);
}
