package com.example.greetings

import scala.collection.mutable.{Map => MutableMap}
import java.util.concurrent._

/** Keeps greetings.
  *
  * One for each name.
  */
final case class Store[T](limit: Int) extends Greeter {
  private val greetings = MutableMap.empty[String, T]
  var tone: Tone = Tone.Soft

  /** Looks a greeting up. */
  def get(name: String): Option[T] = {
    val local = name
    greetings.get(local)
  }

  @deprecated("use get")
  override def greet(name: String): String =
    s"hello $name"

  type Name = String
}

object Store {
  val Capacity = 16
  def apply[T](): Store[T] = Store(Capacity)
  implicit class Loud(text: String) {
    def shout: String = text.toUpperCase
  }
}

trait Greeter {
  def greet(name: String): String
}

enum Tone {
  case Soft, Loud
}

given ordering: Ordering[Tone] with {
  def compare(a: Tone, b: Tone): Int = 0
}

extension (text: String)
  def whisper: String = text.toLowerCase
