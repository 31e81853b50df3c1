`include "defs.svh"
`define MAX_CARS 40

// Counts the cars of a car park.
package parking_types;
  typedef enum logic {FREE, FULL} state_t;
  localparam int LEVELS = 3;

  function automatic int spaces_of(input int level);
    return level * 100;
  endfunction
endpackage

module car_counter #(
  parameter int WIDTH = 8
) (
  input  logic clk,
  input  logic enters,
  output logic [WIDTH-1:0] cars
);
  import parking_types::*;

always_ff @(posedge clk) begin
  if (enters) cars <= cars + 1;
end

  task open_gate(input int seconds);
    #(seconds) $display("open");
  endtask
endmodule

class gate_driver;
  extern function void lift();
  virtual function bit is_open();
    return 1;
  endfunction
endclass

/*
 * module not_here;
 */
interface barrier_if #(parameter int LANES = 2) (input logic clk);
  logic [LANES-1:0] lift;

  modport driver (output lift);
  clocking cb @(posedge clk);
    input lift;
  endclocking
endinterface : barrier_if

typedef struct packed {
  logic [7:0] plate;
  logic       paid;
} ticket_t;

typedef class ticket_machine;

virtual class machine #(type T = int);
  protected rand T value;
  constraint small { value < 100; }

  function new(string name = "machine");
    this.value = 0;
  endfunction

  pure virtual task run(input T value);
endclass : machine

class ticket_machine extends machine #(int);
  local static int sold;

  static function ticket_machine build(int lanes = 1);
    ticket_machine result = new("tickets");
    return result;
  endfunction : build

  virtual task run(input int value);
    fork
      #10 sold++;
    join_none
  endtask

  covergroup levels;
    coverpoint value { bins low = {[0:10]}; }
  endgroup
endclass

module car_park_tb;
  timeunit 1ns;
  parameter PERIOD = 10;
  logic clk = 0;
  wire [7:0] cars;

  car_counter #(.WIDTH(8)) counter (.clk, .enters(1'b1), .cars(cars));

  generate
    for (genvar lane = 0; lane < 2; lane++) begin : lanes
      assign cars[lane] = clk;
    end
  endgenerate

  property counts;
    @(posedge clk) cars |-> ##1 cars;
  endproperty
  assert property (counts);

  initial begin
    forever #(PERIOD / 2) clk = ~clk;
  end

  function void report(string text);
    $display("%s", text);
  endfunction
endmodule : car_park_tb
