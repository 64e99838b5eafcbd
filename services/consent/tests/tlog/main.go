// Verifies what the access log says of itself with the Go project's own log library, which knows nothing of ours.
//
// It reads a claim as JSON and ends with 0 where all of it holds.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type claim struct {
	Keys    []string `json:"keys"`    // verifiers' keys
	Note    string   `json:"note"`    // the checkpoint
	OldNote string   `json:"oldNote"` // an earlier one
	Entry   []byte   `json:"entry"`   // a leaf's bytes
	Index   int64    `json:"index"`   // its place
	Path    [][]byte `json:"path"`    // from it to the checkpoint's root
	Growth  [][]byte `json:"growth"`  // from the earlier root to the later one
}

func hashes(path [][]byte) []tlog.Hash {
	out := make([]tlog.Hash, len(path))
	for i, digest := range path {
		copy(out[i][:], digest)
	}
	return out
}

// opened is the tree that a note signs.
func opened(text string, keys note.Verifiers) (tlog.Tree, error) {
	signed, err := note.Open([]byte(text), keys)
	if err != nil {
		return tlog.Tree{}, err
	}
	lines := strings.Split(signed.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tlog.Tree{}, err
	}
	root, err := tlog.ParseHash(lines[2])
	return tlog.Tree{N: size, Hash: root}, err
}

func verify(said claim) error {
	var verifiers []note.Verifier
	for _, key := range said.Keys {
		verifier, err := note.NewVerifier(key)
		if err != nil {
			return err
		}
		verifiers = append(verifiers, verifier)
	}
	keys := note.VerifierList(verifiers...)
	tree, err := opened(said.Note, keys)
	if err != nil {
		return fmt.Errorf("the checkpoint: %w", err)
	}
	old, err := opened(said.OldNote, keys)
	if err != nil {
		return fmt.Errorf("the earlier checkpoint: %w", err)
	}
	if err := tlog.CheckRecord(hashes(said.Path), tree.N, tree.Hash, said.Index, tlog.RecordHash(said.Entry)); err != nil {
		return fmt.Errorf("the entry: %w", err)
	}
	if err := tlog.CheckTree(hashes(said.Growth), tree.N, tree.Hash, old.N, old.Hash); err != nil {
		return fmt.Errorf("the growth: %w", err)
	}
	return nil
}

func main() {
	var said claim
	err := json.NewDecoder(os.Stdin).Decode(&said)
	if err == nil {
		err = verify(said)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
