"""A service manager's notification socket: prints every datagram as a line of JSON, with the time it came."""

import json
import socket
import sys
import time

receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
receiver.bind(sys.argv[1])
print(json.dumps({"listening": True}), flush=True)
while True:
    text = receiver.recv(65536).decode()
    print(json.dumps({"ms": time.monotonic_ns() // 1_000_000, "fields": text.split("\n")}), flush=True)
