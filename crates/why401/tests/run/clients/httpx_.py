import os, httpx
headers = {"Authorization": "Bearer " + os.environ["ACME_API_KEY"]}
print(httpx.get(os.environ["URL"], headers=headers).status_code)
