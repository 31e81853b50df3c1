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

// Door is what a house is entered by.
type Door struct {
	sync.Mutex
	*Lock `json:"lock,omitempty"`

	Knocks chan<- int
	hinge  struct{ oil float64 }
}

// Number is what can be counted.
type Number interface {
	~int | ~float64
	comparable
}

type Opener func(ctx context.Context, door *Door) error

// Open lets an Opener be a method of itself.
func (open Opener) Open(ctx context.Context, door *Door) error {
	return open(ctx, door)
}

// Sum adds what can be counted.
func Sum[N Number](numbers ...N) (total N) {
	for _, number := range numbers {
		total += number
	}
	return
}

var (
	_        Greeter = (*greeter)(nil)
	doors, _         = loadDoors()
	handlers         = map[string]http.HandlerFunc{
		"/open": func(w http.ResponseWriter, r *http.Request) {
			type answer struct{ Opened bool }
			json.NewEncoder(w).Encode(answer{Opened: true})
		},
	}
)

func init() {
	go func() {
		select {
		case <-time.After(time.Second):
		default:
		}
	}()
}

//go:noinline
func (*Door) Shut() {}

func TestDoorOpens(t *testing.T) {
	t.Run("with its key", func(t *testing.T) {
		t.Parallel()
	})
}
