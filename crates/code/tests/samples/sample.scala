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

package doors {
  import scala.concurrent.{ExecutionContext, Future => Promise}

  sealed abstract class Door[+T, F[_]](val name: String)(using ec: ExecutionContext)
      extends Product
      with Serializable { self =>
    protected[doors] lazy val locks: List[Lock] = Nil
    private[this] var knocks, misses = 0

    def this() = this("front")

    /** Opens with any of the keys. */
    @throws[LockedException]
    def open[K <: Key](keys: K*)(implicit order: Ordering[K]): Future[T]

    def +:(lock: Lock): Door[T, F] = this
    def unary_! : Boolean = locks.isEmpty

    private final class Hinge(oil: Double) {
      def creak(): Unit = println(s"${oil}ml")
    }
  }

  object Door {
    case object Shut extends Door[Nothing, List]("shut")
    final case class Ajar[T](guest: T) extends Door[T, Option]("ajar")

    def unapply(door: Door[_, List]): Option[String] = door match {
      case Shut => None
      case Ajar(guest: String) if guest.nonEmpty => Some(guest)
      case _ => Some(door.name)
    }
  }
}

/** A house by its doors. */
class House(doors: Seq[Int]) derives CanEqual:
  val (front, back) = (doors.head, doors.last)

  def rooms: Int =
    val inner = doors.sum
    inner + front

  object Porch:
    val steps = 3
  end Porch
end House

opaque type Key = Int

object Key:
  inline def apply(teeth: Int): Key = teeth
  given Ordering[Key] = Ordering.Int
  extension (key: Key)
    def teeth: Int = key
    def turn(times: Int): Key = key + times

enum Wood(val hardness: Int):
  case Oak extends Wood(5)
  case Other(name: String) extends Wood(0)
  def isHard = hardness > 3

class DoorSuite extends munit.FunSuite {
  test("a door opens with its key") {
    assert(Key(3).teeth == 3)
  }
}

@main def run(count: Int, names: String*): Unit = names.foreach(println)
