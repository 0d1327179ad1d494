"""The providers of web3.py with their defaults: web3py-clients.py URL SOCKET ENODE

URL is the address of the node with its token, SOCKET its IPC endpoint, ENODE another node that it can reach. The last line
of the output is JSON with what each provider got.
"""

import asyncio
import json
import sys
import time

from web3 import AsyncWeb3, HTTPProvider, IPCProvider, Web3, WebSocketProvider
from web3.exceptions import Web3RPCError

url, socket, enode = sys.argv[1:]


def health_of(response):
    return [check["id"] for check in response["result"]]


def refusal_of(call):
    try:
        return call()
    except Web3RPCError as error:
        return error.rpc_response["error"]["message"]


def by(provider):
    w3 = Web3(provider)
    admin = w3.geth.admin
    return {
        "connected": w3.is_connected(show_traceback=True),
        "version": w3.client_version,
        "chainId": w3.eth.chain_id,
        "networkId": w3.net.version,
        "listening": w3.net.listening,
        "syncing": w3.eth.syncing,
        "id": admin.node_info()["id"],
        "datadir": admin.datadir(),
        "health": health_of(provider.make_request("enodeck_health", [])),
        "refusal": refusal_of(admin.start_http),
        "unknown": provider.make_request("enodeck_nothing", [])["error"]["code"],
    }


def with_peer(provider):
    """Adds a peer, and waits until it is there."""
    w3 = Web3(provider)
    added = w3.geth.admin.add_peer(enode)
    deadline = time.monotonic() + 30
    while w3.net.peer_count == 0 and time.monotonic() < deadline:
        time.sleep(0.1)
    peers = w3.geth.admin.peers()
    return {"added": added, "peers": [peer["id"] for peer in peers]}


async def by_websocket():
    async with AsyncWeb3(WebSocketProvider(url.replace("http", "ws", 1))) as w3:
        admin = w3.geth.admin
        info = await admin.node_info()
        health = await w3.provider.make_request("enodeck_health", [])
        subscribed = await w3.provider.make_request("enodeck_subscribe", ["sessions"])
        return {
            "connected": await w3.is_connected(show_traceback=True),
            "version": await w3.client_version,
            "chainId": await w3.eth.chain_id,
            "networkId": await w3.net.version,
            "peers": [peer["id"] for peer in await admin.peers()],
            "id": info["id"],
            "health": health_of(health),
            "subscription": subscribed["result"][:2],
        }


results = {
    "HTTP": by(HTTPProvider(url)),
    "IPC": by(IPCProvider(socket)),
    "peer": with_peer(IPCProvider(socket)),
    "WebSocket": asyncio.run(by_websocket()),
}
print(json.dumps(results))
