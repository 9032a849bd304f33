import os, openai

client = openai.OpenAI(api_key=os.environ["ACME_API_KEY"], max_retries=0)
try:
    client.models.list()
    print(200)
except openai.APIStatusError as error:
    print(error.status_code)
