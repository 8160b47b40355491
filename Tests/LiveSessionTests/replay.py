#!/usr/bin/env python3
"""Put the packets of a little-endian microsecond pcap on an interface, as far apart as they were captured.

Usage:  replay.py CAPTURE INTERFACE [SECONDS [TAGS]]

Stops after SECONDS of the capture; puts TAGS, in hexadecimal, behind the addresses of each frame. Needs the right to open a packet socket; run it in a network namespace of your own.
"""
import socket
import struct
import sys
import time


def packets(data):
    at = 24
    while at + 16 <= len(data):
        seconds, micros, kept, _ = struct.unpack_from("<IIII", data, at)
        yield seconds + micros / 1e6, data[at + 16:at + 16 + kept]
        at += 16 + kept


def main():
    data = open(sys.argv[1], "rb").read()
    limit = float(sys.argv[3]) if len(sys.argv) > 3 else float("inf")
    wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    wire.bind((sys.argv[2], 0))
    tags = bytes.fromhex(sys.argv[4]) if len(sys.argv) > 4 else b""
    first, began = None, time.monotonic()
    for when, frame in packets(data):
        first = when if first is None else first
        if when - first > limit:
            break
        time.sleep(max(0, when - first - (time.monotonic() - began)))
        wire.send(frame[:12] + tags + frame[12:])


main()
