import os, boto3
from botocore.config import Config
from botocore.exceptions import ClientError

session = boto3.Session(aws_access_key_id="AKIA" + "FAKE" * 4, aws_secret_access_key=os.environ["ACME_API_KEY"], region_name="us-east-1")
client = session.client("sts", endpoint_url=os.environ["URL"].rsplit("/v1", 1)[0], config=Config(retries={"total_max_attempts": 1}))
try:
    client.get_caller_identity()
    print(200)
except ClientError as error:
    print(error.response["ResponseMetadata"]["HTTPStatusCode"])
