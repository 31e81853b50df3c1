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
