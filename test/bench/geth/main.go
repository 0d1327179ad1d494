// Command geth measures go-ethereum's own p2p code at the work that this
// project's bench does, and prints one JSON object: the name of each figure and
// its value, in the units of test/bench/figures.ts and discv5/figures.ts.
//
//	GOMAXPROCS=1 go run . [seconds per figure [primitives | discv5]]
package main

import (
	"crypto/ecdsa"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"strconv"
	"time"

	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/p2p/discover/v4wire"
	"github.com/ethereum/go-ethereum/p2p/rlpx"
)

func must[T any](value T, err error) T {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	return value
}

// rate calls work until the time is up and returns calls a second.
func rate(limit time.Duration, work func()) float64 {
	for range 16 {
		work()
	}
	calls, start := 0, time.Now()
	for time.Since(start) < limit {
		work()
		calls++
	}
	return float64(calls) / time.Since(start).Seconds()
}

// discovery measures a v4 ping: signed and encoded, decoded and its signer recovered.
func discovery(limit time.Duration) (encode, decode float64) {
	key := must(crypto.GenerateKey())
	here := v4wire.Endpoint{IP: net.IPv4(127, 0, 0, 1).To4(), UDP: 30303, TCP: 30303}
	ping := &v4wire.Ping{
		Version:    4,
		From:       here,
		To:         here,
		Expiration: uint64(time.Now().Add(time.Hour).Unix()),
		ENRSeq:     1,
	}
	packet, _, err := v4wire.Encode(key, ping)
	must(packet, err)
	encode = rate(limit, func() {
		_, _, err := v4wire.Encode(key, ping)
		must(0, err)
	})
	decode = rate(limit, func() {
		_, _, _, err := v4wire.Decode(packet)
		must(0, err)
	})
	return encode, decode
}

// link opens a TCP connection on loopback and shakes hands over it; both ends are here.
func link(listener net.Listener, dialer, host *ecdsa.PrivateKey) (near, far *rlpx.Conn) {
	type accepted struct {
		conn *rlpx.Conn
		err  error
	}
	answers := make(chan accepted, 1)
	go func() {
		socket, err := listener.Accept()
		if err != nil {
			answers <- accepted{nil, err}
			return
		}
		conn := rlpx.NewConn(socket, nil)
		_, err = conn.Handshake(host)
		answers <- accepted{conn, err}
	}()
	near = rlpx.NewConn(must(net.Dial("tcp", listener.Addr().String())), &host.PublicKey)
	must(near.Handshake(dialer))
	answer := <-answers
	return near, must(answer.conn, answer.err)
}

// messages returns how many messages of a payload pass a link in a second.
func messages(limit time.Duration, near, far *rlpx.Conn, payload []byte) float64 {
	near.SetSnappy(true)
	far.SetSnappy(true)
	const last, ordinary = 17, 16
	start := time.Now()
	go func() {
		for time.Since(start) < limit {
			must(near.Write(ordinary, payload))
		}
		must(near.Write(last, nil))
	}()
	for count := 0; ; count++ {
		code, data, _, err := far.Read()
		must(data, err)
		if code == last {
			return float64(count) / time.Since(start).Seconds()
		}
	}
}

func main() {
	limit := 2 * time.Second
	if len(os.Args) > 1 {
		limit = time.Duration(must(strconv.ParseFloat(os.Args[1], 64)) * float64(time.Second))
	}
	figures := primitives
	if len(os.Args) > 2 && os.Args[2] == "discv5" {
		figures = discv5
	}
	json.NewEncoder(os.Stdout).Encode(figures(limit))
}

// primitives measures discovery v4, the handshake and messages of RLPx.
func primitives(limit time.Duration) map[string]float64 {
	listener := must(net.Listen("tcp", "127.0.0.1:0"))
	defer listener.Close()
	dialer, host := must(crypto.GenerateKey()), must(crypto.GenerateKey())

	encode, decode := discovery(limit)
	handshakes := rate(limit, func() {
		near, far := link(listener, dialer, host)
		near.Close()
		far.Close()
	})
	payload := make([]byte, 1<<20)
	must(rand.Read(payload))
	near, far := link(listener, dialer, host)
	large := messages(limit, near, far, payload)
	small := messages(limit, near, far, payload[:1024])

	return map[string]float64{
		"discv4 decode": decode,
		"discv4 encode": encode,
		"handshake":     1000 / handshakes,
		"rlpx 1 MiB":    large * (1 << 20) / 1e6,
		"rlpx 1 KiB":    small,
	}
}
