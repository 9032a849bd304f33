"""The proxy of LiteLLM with a master key, before an upstream that refuses the proxy's own key."""

import http.server
import json
import os
from pathlib import Path

import bed

# Plainly fake, and built from parts.
MASTER = "sk-" + "fake" * 6


class Upstream(http.server.BaseHTTPRequestHandler):
    """Answers as OpenAI does where the key is wrong."""

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        error = {"message": "Incorrect API key provided: sk-fakef***ream.", "type": "invalid_request_error", "param": None, "code": "invalid_api_key"}
        data = json.dumps({"error": error}).encode()
        self.send_response(401)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


upstream, port = bed.listening(Upstream), bed.free_port()
Path("litellm.yaml").write_text(
    f"""
model_list:
- model_name: echo
  litellm_params: {{model: openai/echo, api_key: none, api_base: "http://127.0.0.1:{upstream}/v1", mock_response: "hello"}}
- model_name: refused
  litellm_params: {{model: openai/refused, api_key: sk-fakefakeupstream, api_base: "http://127.0.0.1:{upstream}/v1"}}
general_settings: {{master_key: {MASTER}}}
litellm_settings: {{num_retries: 0, telemetry: false}}
"""
)
quiet = {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "DISABLE_ADMIN_UI": "True", "HOME": os.getcwd()}
url = f"http://127.0.0.1:{port}"
bed.start(bed.BED / "litellm/bin/litellm", "--config", "litellm.yaml", "--host", "127.0.0.1", "--port", port, port=port, ask=f"{url}/health/liveliness", env=quiet)
bed.serve(url=url, master=MASTER)
