include "shared.thrift"

// What a kitchen is asked for.
namespace java kitchen.orders

typedef i32 TableNumber
const i32 MOST_DISHES = 12

enum Course {
  STARTER = 1,
  MAIN = 2
}

struct Order {
  1: TableNumber table,
  2: list<string> dishes
}

exception SoldOut {
  1: string dish
}

service Kitchen {
  // Takes an order.
  i64 place(1: Order order) throws (1: SoldOut gone),
  oneway void ring(1: TableNumber table)
}

namespace py kitchen
include "drinks.thrift"

/*
 * struct NotHere {
 */
typedef map<string, list<Order>> OrdersByGuest
const list<string> SAUCES = ["red", "green"]
const map<Course, i32> MINUTES = {
  Course.STARTER: 5,
  Course.MAIN: 20,
}

/** What a guest pays. */
union Payment {
  1: i64 cents
  2: binary voucher
}

senum Size { "small", "large" }

struct Bill {
  1: required Payment payment (go.tag = "json"),
  2: optional set<TableNumber> tables = [1, 2],
  3: double tip = 0.1;
} (cpp.virtual = "1")

exception Closed {
  1: optional string reason
}

service Bar extends drinks.Base {
  /** Mixes a drink. */
  drinks.Glass mix(
    1: string name,
    2: Size size = "small"
  ) throws (
    1: Closed closed
  )

  map<string, i32> stock() (deprecated = "yes")
  async void shake(),
  list<Bill> bills(1: TableNumber table);
}
