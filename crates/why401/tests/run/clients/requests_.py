import os, requests
headers = {"Authorization": "Bearer " + os.environ["ACME_API_KEY"]}
print(requests.get(os.environ["URL"], headers=headers).status_code)
