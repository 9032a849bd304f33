import os, urllib.error, urllib.request

request = urllib.request.Request(os.environ["URL"], headers={"Authorization": "Bearer " + os.environ["ACME_API_KEY"]})
try:
    print(urllib.request.urlopen(request).status)
except urllib.error.HTTPError as error:
    print(error.code)
