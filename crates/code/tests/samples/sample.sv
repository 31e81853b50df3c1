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
