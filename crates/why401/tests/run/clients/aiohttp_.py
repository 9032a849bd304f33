import asyncio, os, sys, aiohttp


async def main():
    headers = {"Authorization": "Bearer " + os.environ["ACME_API_KEY"]}
    async with aiohttp.ClientSession(trust_env=len(sys.argv) > 1) as session:
        async with session.get(os.environ["URL"], headers=headers) as answer:
            print(answer.status)


asyncio.run(main())
