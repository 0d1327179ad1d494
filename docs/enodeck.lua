-- Wireshark dissector of Enodeck's pcapng exports: decrypted devp2p messages behind a header of our own.
-- Use: wireshark -X lua_script:enodeck.lua recording.pcapng, or copy this file to the folder of personal Lua plugins.
-- The header and the file are described in recording.md.

local enodeck = Proto("enodeck", "devp2p message recorded by Enodeck")

local DIRECTIONS = { [0] = "in", [1] = "out" }
local KINDS = {
  [0] = "message", [1] = "handshake", [2] = "packet", [3] = "bad frame", [4] = "dropped", [5] = "end",
}
local NO_LATENCY = 0xffffffff
local MAX_ITEMS = 256
local MAX_DEPTH = 8

local f = {
  version = ProtoField.uint8("enodeck.version", "Header version"),
  direction = ProtoField.uint8("enodeck.direction", "Direction", base.DEC, DIRECTIONS),
  kind = ProtoField.uint8("enodeck.kind", "Kind", base.DEC, KINDS),
  truncated = ProtoField.bool("enodeck.truncated", "Payload not kept whole"),
  seq = ProtoField.uint32("enodeck.seq", "Sequence number"),
  pair = ProtoField.uint32("enodeck.pair", "Sequence number of the answer or request"),
  latency = ProtoField.uint32("enodeck.latency", "Latency (microseconds)"),
  size = ProtoField.uint32("enodeck.size", "Size of the payload (bytes)"),
  code = ProtoField.uint32("enodeck.code", "Message code", base.HEX),
  node = ProtoField.bytes("enodeck.node", "Node ID"),
  protocol = ProtoField.string("enodeck.protocol", "Protocol"),
  message = ProtoField.string("enodeck.message", "Message"),
  summary = ProtoField.string("enodeck.summary", "Summary"),
  payload = ProtoField.bytes("enodeck.payload", "Payload"),
  field = ProtoField.string("enodeck.field", "Field"),
}
enodeck.fields = {
  f.version, f.direction, f.kind, f.truncated, f.seq, f.pair, f.latency, f.size, f.code, f.node,
  f.protocol, f.message, f.summary, f.payload, f.field,
}

-- Names of the fields of each message, by protocol and message.
local FIELDS = {
-- begin fields
  ["rlpx auth"] = "signature initiatorPublicKey nonce version",
  ["rlpx ack"] = "ephemeralPublicKey nonce version",
  ["p2p Hello"] = "protocolVersion clientId capabilities listenPort nodeKey",
  ["p2p Disconnect"] = "reason",
  ["eth/68 Status"] = "version networkId totalDifficulty headHash genesis forkId",
  ["eth/68 NewBlock"] = "block totalDifficulty",
  ["eth/68 GetBlockHeaders"] = "requestId query",
  ["eth/68 BlockHeaders"] = "requestId headers",
  ["eth/68 GetBlockBodies"] = "requestId hashes",
  ["eth/68 BlockBodies"] = "requestId bodies",
  ["eth/68 GetPooledTransactions"] = "requestId hashes",
  ["eth/68 PooledTransactions"] = "requestId transactions",
  ["eth/68 NewPooledTransactionHashes"] = "types sizes hashes",
  ["eth/68 GetReceipts"] = "requestId hashes",
  ["eth/68 Receipts"] = "requestId receipts",
  ["eth/69 Status"] = "version networkId genesis forkId earliestBlock latestBlock latestBlockHash",
  ["eth/69 NewBlock"] = "block totalDifficulty",
  ["eth/69 GetBlockHeaders"] = "requestId query",
  ["eth/69 BlockHeaders"] = "requestId headers",
  ["eth/69 GetBlockBodies"] = "requestId hashes",
  ["eth/69 BlockBodies"] = "requestId bodies",
  ["eth/69 GetPooledTransactions"] = "requestId hashes",
  ["eth/69 PooledTransactions"] = "requestId transactions",
  ["eth/69 NewPooledTransactionHashes"] = "types sizes hashes",
  ["eth/69 GetReceipts"] = "requestId hashes",
  ["eth/69 Receipts"] = "requestId receipts",
  ["eth/69 BlockRangeUpdate"] = "earliestBlock latestBlock latestBlockHash",
  ["eth/70 Status"] = "version networkId genesis forkId earliestBlock latestBlock latestBlockHash",
  ["eth/70 NewBlock"] = "block totalDifficulty",
  ["eth/70 GetBlockHeaders"] = "requestId query",
  ["eth/70 BlockHeaders"] = "requestId headers",
  ["eth/70 GetBlockBodies"] = "requestId hashes",
  ["eth/70 BlockBodies"] = "requestId bodies",
  ["eth/70 GetPooledTransactions"] = "requestId hashes",
  ["eth/70 PooledTransactions"] = "requestId transactions",
  ["eth/70 NewPooledTransactionHashes"] = "types sizes hashes",
  ["eth/70 GetReceipts"] = "requestId firstBlockReceiptIndex hashes",
  ["eth/70 Receipts"] = "requestId lastBlockIncomplete receipts",
  ["eth/70 BlockRangeUpdate"] = "earliestBlock latestBlock latestBlockHash",
  ["eth/71 Status"] = "version networkId genesis forkId earliestBlock latestBlock latestBlockHash",
  ["eth/71 NewBlock"] = "block totalDifficulty",
  ["eth/71 GetBlockHeaders"] = "requestId query",
  ["eth/71 BlockHeaders"] = "requestId headers",
  ["eth/71 GetBlockBodies"] = "requestId hashes",
  ["eth/71 BlockBodies"] = "requestId bodies",
  ["eth/71 GetPooledTransactions"] = "requestId hashes",
  ["eth/71 PooledTransactions"] = "requestId transactions",
  ["eth/71 NewPooledTransactionHashes"] = "types sizes hashes",
  ["eth/71 GetReceipts"] = "requestId firstBlockReceiptIndex hashes",
  ["eth/71 Receipts"] = "requestId lastBlockIncomplete receipts",
  ["eth/71 BlockRangeUpdate"] = "earliestBlock latestBlock latestBlockHash",
  ["eth/71 GetBlockAccessLists"] = "requestId hashes",
  ["eth/71 BlockAccessLists"] = "requestId blockAccessLists",
  ["eth/72 Status"] = "version networkId genesis forkId earliestBlock latestBlock latestBlockHash",
  ["eth/72 NewBlock"] = "block totalDifficulty",
  ["eth/72 GetBlockHeaders"] = "requestId query",
  ["eth/72 BlockHeaders"] = "requestId headers",
  ["eth/72 GetBlockBodies"] = "requestId hashes",
  ["eth/72 BlockBodies"] = "requestId bodies",
  ["eth/72 GetPooledTransactions"] = "requestId hashes",
  ["eth/72 PooledTransactions"] = "requestId transactions",
  ["eth/72 NewPooledTransactionHashes"] = "types sizes hashes cellMask",
  ["eth/72 GetReceipts"] = "requestId firstBlockReceiptIndex hashes",
  ["eth/72 Receipts"] = "requestId lastBlockIncomplete receipts",
  ["eth/72 BlockRangeUpdate"] = "earliestBlock latestBlock latestBlockHash",
  ["eth/72 GetBlockAccessLists"] = "requestId hashes",
  ["eth/72 BlockAccessLists"] = "requestId blockAccessLists",
  ["eth/72 GetCells"] = "requestId hashes cellMask",
  ["eth/72 Cells"] = "requestId hashes cells cellMask",
  ["snap/1 GetAccountRange"] = "requestId rootHash startingHash limitHash responseBytes",
  ["snap/1 AccountRange"] = "requestId accounts proof",
  ["snap/1 GetStorageRanges"] = "requestId rootHash accountHashes startingHash limitHash responseBytes",
  ["snap/1 StorageRanges"] = "requestId slots proof",
  ["snap/1 GetByteCodes"] = "requestId hashes bytes",
  ["snap/1 ByteCodes"] = "requestId codes",
  ["snap/1 GetTrieNodes"] = "requestId rootHash paths bytes",
  ["snap/1 TrieNodes"] = "requestId nodes",
  ["snap/2 GetAccountRange"] = "requestId rootHash startingHash limitHash responseBytes",
  ["snap/2 AccountRange"] = "requestId accounts proof",
  ["snap/2 GetStorageRanges"] = "requestId rootHash accountHashes startingHash limitHash responseBytes",
  ["snap/2 StorageRanges"] = "requestId slots proof",
  ["snap/2 GetByteCodes"] = "requestId hashes bytes",
  ["snap/2 ByteCodes"] = "requestId codes",
  ["snap/2 GetBlockAccessLists"] = "requestId hashes bytes",
  ["snap/2 BlockAccessLists"] = "requestId blockAccessLists",
  ["discv4 Ping"] = "version from to expiration enrSeq",
  ["discv4 Pong"] = "to pingHash expiration enrSeq",
  ["discv4 Findnode"] = "target expiration",
  ["discv4 Neighbors"] = "nodes expiration",
  ["discv4 ENRRequest"] = "expiration",
  ["discv4 ENRResponse"] = "requestHash record",
  ["discv5 Whoareyou"] = "nonce idNonce enrSeq",
  ["discv5 Ping"] = "requestId enrSeq",
  ["discv5 Pong"] = "requestId enrSeq recipientIp recipientPort",
  ["discv5 Findnode"] = "requestId distances",
  ["discv5 Nodes"] = "requestId total records",
  ["discv5 TalkReq"] = "requestId protocol request",
  ["discv5 TalkResp"] = "requestId response",
-- end fields
}

-- Reads the header of an RLP item: whether it is a list, where its payload begins and ends. Nil where it is malformed.
local function rlp_item(tvb, at, stop)
  if at >= stop then return nil end
  local first = tvb(at, 1):uint()
  if first < 0x80 then return false, at, at + 1 end
  local is_list = first >= 0xc0
  local size = first - (is_list and 0xc0 or 0x80)
  local start = at + 1
  if size > 55 then
    local width = size - 55
    if width > 4 or start + width > stop then return nil end
    size = tvb(start, width):uint()
    start = start + width
  end
  if start + size > stop then return nil end
  return is_list, start, start + size
end

-- A byte string as text: a short one as a number too.
local function rlp_text(tvb, start, stop)
  local length = stop - start
  if length == 0 then return "empty or 0" end
  local hex = "0x" .. tostring(tvb(start, math.min(length, 64)):bytes()):lower()
  if length > 64 then return hex .. "… (" .. length .. " bytes)" end
  if length <= 6 and tvb(start, 1):uint() > 0 then
    local value = 0
    for at = start, stop - 1 do value = value * 256 + tvb(at, 1):uint() end
    return string.format("%.0f (%s)", value, hex)
  end
  return hex
end

-- Adds the items of a list to the tree.
local function rlp_tree(tvb, start, stop, tree, names, depth)
  local at, index = start, 0
  while at < stop do
    if index >= MAX_ITEMS then
      tree:add(f.field, tvb(at, stop - at), "further items are not shown")
      return
    end
    local is_list, from, to = rlp_item(tvb, at, stop)
    if is_list == nil then
      tree:add(f.field, tvb(at, stop - at), "not kept, or malformed RLP")
      return
    end
    local name = names[index + 1] or ("[" .. index .. "]")
    local range = tvb(at, to - at)
    if is_list then
      local inner = tree:add(f.field, range, name)
      inner:set_text(name .. ": list of " .. (to - from) .. " bytes")
      if depth < MAX_DEPTH then rlp_tree(tvb, from, to, inner, {}, depth + 1) end
    else
      local text = name .. ": " .. rlp_text(tvb, from, to)
      tree:add(f.field, range, text):set_text(text)
    end
    at, index = to, index + 1
  end
end

local function split(names)
  local list = {}
  for name in string.gmatch(names or "", "[^ ]+") do list[#list + 1] = name end
  return list
end

-- The header; the offset of the payload, and what the packet list shows.
local function add_header(tvb, tree)
  local h = { direction = tvb(1, 1):uint(), truncated = tvb(3, 1):uint() % 2 == 1, seq = tvb(4, 4):uint() }
  tree:add(f.version, tvb(0, 1))
  tree:add(f.direction, tvb(1, 1))
  tree:add(f.kind, tvb(2, 1))
  tree:add(f.truncated, tvb(3, 1), h.truncated)
  tree:add(f.seq, tvb(4, 4))
  if tvb(8, 4):uint() > 0 then tree:add(f.pair, tvb(8, 4)) end
  if tvb(12, 4):uint() ~= NO_LATENCY then tree:add(f.latency, tvb(12, 4)) end
  tree:add(f.size, tvb(16, 4))
  tree:add(f.code, tvb(20, 4))
  local at = 24
  local function text(width)
    local length = tvb(at, width):uint()
    local from = at + width
    at = from + length
    return length, from
  end
  local length, from = text(1)
  if length > 0 then tree:add(f.node, tvb(from, length)) end
  for _, name in ipairs({ "protocol", "message", "summary" }) do
    length, from = text(name == "summary" and 2 or 1)
    h[name] = length > 0 and tvb(from, length):string(ENC_UTF_8) or ""
    if length > 0 then tree:add(f[name], tvb(from, length), h[name]) end
  end
  h.offset = at
  return h
end

-- Adds the named parts of a TXT record of a DNS node list (EIP-1459), or the name of a query.
local function dns_tree(tvb, start, stop, tree, message)
  local text = tvb(start, stop - start):string()
  local function part(name, from, to)
    if from > to then return end
    local line = name .. ": " .. text:sub(from, to)
    tree:add(f.field, tvb(start + from - 1, to - from + 1), line):set_text(line)
  end
  local function rest(name, prefix) part(name, #prefix + 1, #text) end
  if message == "Query" then return rest("name", "") end
  if text:find("^enrtree%-root:v1 ") then
    for _, pair in ipairs({ { "e", "enrRoot" }, { "l", "linkRoot" }, { "seq", "seq" }, { "sig", "signature" } }) do
      local from, to = text:match(" " .. pair[1] .. "=()[^ ]*()")
      if from then part(pair[2], from, to - 1) end
    end
  elseif text:find("^enrtree%-branch:") then rest("hashes", "enrtree-branch:")
  elseif text:find("^enrtree://") then
    local at = text:find("@", 1, true) or #text + 1
    part("publicKey", #"enrtree://" + 1, at - 1)
    part("domain", at + 1, #text)
  elseif text:find("^enr:") then rest("record", "enr:")
  else rest("text", "") end
end

function enodeck.dissector(tvb, pinfo, tree)
  if tvb:len() < 29 or tvb(0, 1):uint() ~= 1 then return 0 end
  local top = tree:add(enodeck, tvb())
  local h = add_header(tvb, top)
  local arrow = h.direction == 0 and "<- " or "-> "
  pinfo.cols.protocol = h.protocol
  pinfo.cols.info = arrow .. h.message .. (h.summary ~= "" and ", " .. h.summary or "")
  top:set_text("Enodeck #" .. h.seq .. " " .. h.protocol .. " " .. h.message)
  local stop = tvb:len()
  if h.offset < stop then
    local payload = top:add(f.payload, tvb(h.offset, stop - h.offset))
    payload:set_text(h.message .. " (" .. (stop - h.offset) .. " bytes)")
    if h.protocol == "dns" then
      dns_tree(tvb, h.offset, stop, payload, h.message)
      return stop
    end
    local names = split(FIELDS[h.protocol .. " " .. h.message])
    local is_list, from, to = rlp_item(tvb, h.offset, h.truncated and math.huge or stop)
    if is_list then rlp_tree(tvb, from, math.min(to, stop), payload, names, 0) end
  end
  return stop
end
