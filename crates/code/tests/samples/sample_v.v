// Sells tickets for a carousel.
module carousel

import os
import time { now }

const ride_minutes = 4

const (
	horses    = 12
	price_pence = 150
)

pub enum Seat {
	horse
	coach = 3
}

pub struct Ticket {
pub mut:
	seat  Seat
	price int
}

interface Payer {
	pay(amount int) bool
}

type Fare = Ticket | int

// sell_ticket takes the money and gives a ticket.
pub fn sell_ticket(seat Seat, mut payer Payer) ?Ticket {
	if !payer.pay(price_pence) {
		return none
	}
	return Ticket{seat, price_pence}
}

@[inline]
fn (mut t Ticket) punch() {
	t.price = 0
}

fn (a Ticket) == (b Ticket) bool {
	return a.seat == b.seat
}

fn Ticket.free(seat Seat) Ticket {
	return Ticket{
		seat: seat
	}
}

fn main() {
	println(os.args)
}
