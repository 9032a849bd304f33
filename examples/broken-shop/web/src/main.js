export async function products() {
  const answer = await fetch("https://shop.example.com/api/products", {
    headers: { "X-Api-Key": import.meta.env.SHOP_API_KEY },
  });
  return answer.json();
}
