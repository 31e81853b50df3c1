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
