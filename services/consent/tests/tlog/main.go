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
	// The tiles, by their paths as C2SP tlog-tiles writes them
	Tiles map[string][]byte `json:"tiles"`
}

// tiles reads tiles as they are published.
type tiles map[string][]byte

func (published tiles) Height() int { return 8 }

// ReadTiles is asked for tiles by the library's own paths, which have the height in them.
func (published tiles) ReadTiles(asked []tlog.Tile) ([][]byte, error) {
	var out [][]byte
	for _, tile := range asked {
		path := strings.TrimPrefix(tile.Path(), "tile/8")
		content, ok := published[path]
		if !ok {
			return nil, fmt.Errorf("there is no tile %s", path)
		}
		out = append(out, content)
	}
	return out, nil
}

func (published tiles) SaveTiles([]tlog.Tile, [][]byte) {}

// fromTiles works the entry's and the earlier tree's proofs out of tiles, whose hashes are held against the root.
func fromTiles(said claim, tree, old tlog.Tree) error {
	reader := tlog.TileHashReader(tree, tiles(said.Tiles))
	path, err := tlog.ProveRecord(tree.N, said.Index, reader)
	if err != nil {
		return err
	}
	if err := tlog.CheckRecord(path, tree.N, tree.Hash, said.Index, tlog.RecordHash(said.Entry)); err != nil {
		return err
	}
	for place := int64(0); place < tree.N; place++ {
		if _, err := tlog.ProveRecord(tree.N, place, reader); err != nil {
			return fmt.Errorf("leaf %d: %w", place, err)
		}
	}
	growth, err := tlog.ProveTree(tree.N, old.N, reader)
	if err != nil {
		return err
	}
	return tlog.CheckTree(growth, tree.N, tree.Hash, old.N, old.Hash)
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
	if err := fromTiles(said, tree, old); err != nil {
		return fmt.Errorf("the tiles: %w", err)
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
