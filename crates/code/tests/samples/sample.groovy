package theatre.tickets

import groovy.transform.CompileStatic
import static java.lang.Math.max

/** Sells tickets for one evening. */
@CompileStatic
class BoxOffice implements Closeable {
    static final int SEATS = 120
    String play
    private int sold = 0

    BoxOffice(String play) {
        this.play = play
    }

    /** Sells some tickets, as long as there are seats. */
    int sell(int count) {
        int seats = max(0, Math.min(count, SEATS - sold))
        sold += seats
        return seats
    }

    def refund(count) {
        sold -= count
    }

    void close() { }
}

interface Stage {
    void light(int percent)
}

enum Price { FULL, HALF }

trait Rehearsed {
    boolean rehearsed() { true }
}

def greet(String name) {
    println "Welcome, ${name}"
}

/** A seat, and who has it. */
@Immutable
@EqualsAndHashCode(includes = ['row'])
final class Seat<T extends Comparable<T>> implements Comparable<Seat> {
    private static final Map<String, List<Integer>> ROWS = [stalls: [1, 2], balcony: [3]]
    final T row
    protected volatile String guest = ''
    def price = { int percent -> percent * 0.5 }

    static Seat<Integer> of(int row) {
        return new Seat<Integer>(row)
    }

    @Override
    int compareTo(Seat other) {
        row <=> other.row
    }

    Seat plus(Seat other) {
        def inner = other ?: this
        inner.with {
            guest = guest?.trim() ?: 'nobody'
        }
        inner
    }

    static class Builder {
        T row
        Builder row(T row) { this.row = row; this }
    }
}

abstract class Evening {
    abstract void open() throws IOException

    protected <T> T visit(Closure<T> visitor) {
        try {
            return visitor.call(this)
        } catch (IllegalStateException | IOException error) {
            throw error
        } finally {
            println 'done'
        }
    }
}

@interface Sold {
    String by() default 'box office'
}

String shout(String text = 'hello', int... times) {
    return text.toUpperCase()
}

final int evenings = 12
def seats = (1..10).collect { Seat.of(it) }

for (seat in seats) {
    println "seat ${seat.row}"
}
