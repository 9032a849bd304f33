import http.client, os
from urllib.parse import urlsplit

url = urlsplit(os.environ["URL"])
kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
connection = kind(url.hostname, url.port, timeout=10)
connection.request("GET", url.path, headers={"Authorization": "Bearer " + os.environ["ACME_API_KEY"]})
print(connection.getresponse().status)
