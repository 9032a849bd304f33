"""s3s-fs, an S3 server that verifies signatures and the clock, alone and behind nginx. It shows nothing of what it computed, and takes
any region."""

import os
import sys

import bed
import sigv4
from sigv4 import ID, SECRET, line, nginx, now, presigned, stamp

port = bed.free_port()
os.makedirs("data/bucket")
bed.start(bed.BED / "s3s/bin/s3s-fs", "--host", "127.0.0.1", "--port", port, "--access-key", ID, "--secret-key", SECRET, "data", port=port)
sys.modules["sigv4"].REGION = "us-east-1"
bed.serve(
    s3=f"http://127.0.0.1:{port}",
    public_id=ID,
    secret=SECRET,
    other=SECRET[::-1],
    token=sigv4.TOKEN,
    public_old=stamp(now(-20)),
    good=line(port, path="/bucket", query="list-type=2"),
    unsorted=line(port, path="/bucket", query="prefix=x&list-type=2", signed_query="prefix=x&list-type=2"),
    no_query=line(port, path="/bucket", query="list-type=2", signed_query=""),
    host_bare=line(port, host="127.0.0.1"),
    forged=line(port, secret=SECRET[::-1]),
    stale=line(port, minutes=-20),
    unknown=line(port, key="AKIA" + "NONE" * 4),
    presigned=presigned(port),
    presigned_old=presigned(port, minutes=-30, expires=60),
    presigned_forged=presigned(port, secret=SECRET[::-1]),
    **nginx(port),
)
