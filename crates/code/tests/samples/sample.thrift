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
