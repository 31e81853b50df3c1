// Package greetings keeps greetings.
package greetings

import (
	"fmt"
	str "strings"
)

import "os"

// Capacity is how many greetings fit.
const Capacity = 16

const (
	// Soft is quiet.
	Soft Tone = iota
	Loud
)

var ErrFull = fmt.Errorf("full")

// Tone of a greeting.
type Tone int

// Store keeps greetings.
//
// One for each name.
type Store[T any] struct {
	greetings map[string]T
}

type (
	Greeter interface {
		Greet(name string) string
	}
	Names = []string
)

// NewStore makes one.
func NewStore[T any](
	limit int,
) *Store[T] {
	local := func() int { return limit }
	const inner = 1
	_ = local
	return &Store[T]{}
}

// Get looks a greeting up.
func (s *Store[T]) Get(name string) (T, error) {
	return s.greetings[str.ToLower(name)], os.ErrNotExist
}

func (t Tone) String() string { return "tone" }
