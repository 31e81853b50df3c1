package com.example.greetings;

import java.util.Map;
import java.util.concurrent.*;
import static java.util.Objects.requireNonNull;

/**
 * Keeps greetings.
 *
 * @param <T> what greets
 */
@Component(name = "store")
public class Sample<T extends Greeting> implements Greeter {
    public static final int CAPACITY = 16;
    private final Map<String, T> greetings = new ConcurrentHashMap<>();

    /** Makes one. */
    public Sample(int limit) {
        int local = limit;
    }

    @Override
    @Deprecated
    public String greet(String name) throws GreetingException {
        Runnable run = () -> { int inner = 1; };
        return "hello " + requireNonNull(name);
    }

    enum Tone { SOFT, LOUD; Tone other() { return SOFT; } }

    record Pair(String left, String right) {
        Pair {
            requireNonNull(left);
        }
    }

    interface Listener {
        int PRIORITY = 1;
        void onChange(String name);
    }
}

@interface Component {
    String name() default "";
}
