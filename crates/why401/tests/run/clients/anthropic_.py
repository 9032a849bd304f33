import os, anthropic

client = anthropic.Anthropic(api_key=os.environ["ACME_API_KEY"], max_retries=0)
try:
    client.models.list()
    print(200)
except anthropic.APIStatusError as error:
    print(error.status_code)
