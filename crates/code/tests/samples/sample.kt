package com.example.greetings

import java.util.concurrent.ConcurrentHashMap
import kotlin.math.*

const val CAPACITY = 16

typealias Names = List<String>

/**
 * Keeps greetings.
 *
 * One for each name.
 */
@Component
class Store<T : Any>(private val limit: Int, path: String) : Greeter {
    private val greetings = ConcurrentHashMap<String, T>()
    var tone: Tone = Tone.SOFT
        private set

    constructor() : this(CAPACITY, "")

    init {
        val local = limit
    }

    /** Looks a greeting up. */
    override fun get(name: String): T? = greetings[name]

    @Throws(StoreException::class)
    suspend fun put(name: String, value: T) {
        val inner = name
        greetings[inner] = value
    }

    companion object {
        fun open(path: String) = Store<Any>(1, path)
    }
}

interface Greeter {
    fun greet(name: String): String
}

enum class Tone {
    SOFT, LOUD;

    fun other() = SOFT
}

object Registry : Greeter {
    override fun greet(name: String) = "hello $name"
}

data class Pair(val left: String, val right: String)

fun String.shout(): String = uppercase()

val handler: (String) -> Unit = { name -> println(name) }

sealed interface Door<out T> {
    data object Shut : Door<Nothing>
    data class Open<T>(val guest: T, private val knocks: Int = 0) : Door<T>
}

@JvmInline
value class Key(val teeth: Int) : Comparable<Key> {
    override operator fun compareTo(other: Key): Int = teeth - other.teeth
}

annotation class Locked(val by: String = "")

fun interface Knock {
    fun heard(times: Int): Boolean
}

/** A house by its doors. */
abstract class House internal constructor(
    protected val doors: MutableList<Door<*>> = mutableListOf(),
    val name: String,
) : Iterable<Door<*>> by doors {
    lateinit var owner: String
    val size: Int
        get() = doors.size
    val porch by lazy {
        val steps = 3
        "porch of $steps"
    }

    inner class Room(val number: Int) {
        tailrec fun walk(left: Int): Int = if (left == 0) number else walk(left - 1)
    }

    protected abstract fun enter(guest: String): Door<String>

    infix fun beside(other: House): Boolean = when {
        other === this -> false
        else -> doors.any { door -> door is Door.Open<*> }
    }

    companion object Builder {
        const val MAX_DOORS = 8
        private val empty = object : House(name = "none") {
            override fun enter(guest: String) = Door.Open(guest)
        }
    }
}

inline fun <reified T : Any> Iterable<*>.only(): List<T> = filterIsInstance<T>()

val House.isLarge: Boolean
    get() = size > House.MAX_DOORS

internal suspend fun <T, R> Door<T>.visit(block: suspend (T) -> R): R? = when (this) {
    is Door.Open -> block(guest)
    Door.Shut -> null
}

class DoorTest {
    @Test
    fun `a shut door lets nobody in`() {
        assertEquals(null, runBlocking { Door.Shut.visit { it } })
    }
}
