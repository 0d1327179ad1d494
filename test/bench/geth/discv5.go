package main

import (
	"crypto/ecdsa"
	"net"
	"time"

	"github.com/ethereum/go-ethereum/common/mclock"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/p2p/discover/v5wire"
	"github.com/ethereum/go-ethereum/p2p/enode"
)

// end is one side of a v5 session.
type end struct {
	key   *ecdsa.PrivateKey
	local *enode.LocalNode
	codec *v5wire.Codec
	addr  string
}

func openEnd(port int, addr string) *end {
	key := must(crypto.GenerateKey())
	local := enode.NewLocalNode(must(enode.OpenDB("")), key)
	local.SetStaticIP(net.IPv4(127, 0, 0, 1))
	local.SetFallbackUDP(port)
	e := &end{key: key, local: local, addr: addr}
	e.forget()
	return e
}

// forget drops all sessions and challenges.
func (e *end) forget() {
	e.codec = v5wire.NewCodec(e.local, e.key, mclock.System{}, nil)
}

// send encodes a packet here and decodes it there.
func (e *end) send(to *end, p v5wire.Packet, challenge *v5wire.Whoareyou) v5wire.Packet {
	packet, _, err := e.codec.Encode(to.local.ID(), to.addr, p, challenge)
	must(packet, err)
	_, _, decoded, err := to.codec.Decode(packet, e.addr)
	return must(decoded, err)
}

// shakeHands goes from a ping without a session to its pong.
func shakeHands(near, far *end) {
	near.forget()
	far.forget()
	ping := &v5wire.Ping{ReqID: []byte{1, 2, 3, 4, 5, 6, 7, 8}, ENRSeq: 1}
	unknown := near.send(far, ping, nil).(*v5wire.Unknown)
	challenge := far.send(near, &v5wire.Whoareyou{Nonce: unknown.Nonce}, nil).(*v5wire.Whoareyou)
	challenge.Node = far.local.Node()
	received := near.send(far, ping, challenge).(*v5wire.Ping)
	pong := &v5wire.Pong{ReqID: received.ReqID, ENRSeq: 1, ToIP: net.IPv4(127, 0, 0, 1).To4(), ToPort: 30303}
	_ = far.send(near, pong, nil).(*v5wire.Pong)
}

// discv5 measures ordinary packets and the handshake of discovery v5.
func discv5(limit time.Duration) map[string]float64 {
	near, far := openEnd(30303, "127.0.0.1:30303"), openEnd(30304, "127.0.0.1:30304")
	handshakes := rate(limit, func() { shakeHands(near, far) })

	ping := &v5wire.Ping{ReqID: []byte{1, 2, 3, 4, 5, 6, 7, 8}, ENRSeq: 1}
	packet, _, err := near.codec.Encode(far.local.ID(), far.addr, ping, nil)
	packet = append([]byte(nil), must(packet, err)...)
	encode := rate(limit, func() {
		_, _, err := near.codec.Encode(far.local.ID(), far.addr, ping, nil)
		must(0, err)
	})
	decode := rate(limit, func() {
		_, _, decoded, err := far.codec.Decode(packet, near.addr)
		_ = must(decoded, err).(*v5wire.Ping)
	})
	return map[string]float64{
		"discv5 encode":    encode,
		"discv5 decode":    decode,
		"discv5 handshake": 1000 / handshakes,
	}
}
