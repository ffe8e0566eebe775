// Command twinward is OPA's own Rego compiler as a WebAssembly reactor.
//
// The host writes a JSON request into memory it got from allocate, calls run, and reads the JSON answer at
// answer_address. One call reports every problem that the failing stage of OPA's compiler found, each with its place.
package main

import (
	"encoding/json"
	"fmt"
	"unsafe"
)

// The two buffers stay referenced so that the collector leaves them alone while the host reads and writes them.
var request, answer []byte

//go:wasmexport allocate
func allocate(size uint32) uint32 {
	request = make([]byte, size+1)
	return uint32(uintptr(unsafe.Pointer(&request[0])))
}

// run compiles the request and returns the length of the answer.
//
//go:wasmexport run
func run(size uint32) uint32 {
	answer = respond(request[:size])
	return uint32(len(answer))
}

//go:wasmexport answer_address
func answerAddress() uint32 {
	return uint32(uintptr(unsafe.Pointer(&answer[0])))
}

func respond(body []byte) (out []byte) {
	// A panic in OPA is a bug, but the host must hear of it rather than see the module trap.
	defer func() {
		if problem := recover(); problem != nil {
			out = encode(failed("internal_error", fmt.Sprint(problem)))
		}
	}()
	var req Request
	if err := json.Unmarshal(body, &req); err != nil {
		return encode(failed("bad_request", err.Error()))
	}
	return encode(Compile(req))
}

func failed(code, message string) Response {
	return Response{Formatted: map[string]string{}, Packages: []Package{}, Rules: []Rule{}, Diagnostics: []Diagnostic{{Code: code, Message: message}}}
}

func encode(response Response) []byte {
	out, err := json.Marshal(response)
	if err != nil {
		out, _ = json.Marshal(failed("internal_error", err.Error()))
	}
	return out
}

func main() {}
