import os, urllib3
headers = {"Authorization": "Bearer " + os.environ["ACME_API_KEY"]}
print(urllib3.PoolManager().request("GET", os.environ["URL"], headers=headers, retries=False).status)
