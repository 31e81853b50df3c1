library ieee;
use ieee.std_logic_1164.all;

-- Counts the turns of a carousel.
entity turn_counter is
  generic (WIDTH : positive := 8);
  port (
    clk   : in  std_logic;
    turn  : in  std_logic;
    turns : out std_logic_vector(WIDTH - 1 downto 0)
  );
end entity turn_counter;

architecture rtl of turn_counter is
  constant LIMIT : integer := 200;
  signal count : integer range 0 to LIMIT := 0;

  function next_count(now : integer) return integer is
  begin
    return now + 1;
  end function next_count;

begin
  counting : process (clk)
  begin
    if rising_edge(clk) then
      if turn = '1' then
        count <= next_count(count);
      end if;
    end if;
  end process counting;
end architecture rtl;

package carousel_types is
  type horse is (white, brown);
  component bell is
    port (ring : in std_logic);
  end component bell;
end package carousel_types;

library work;
use work.carousel_types.all;

-- Tests the counter.
entity turn_counter_tb is
end turn_counter_tb;

architecture test of turn_counter_tb is
  component turn_counter
    generic (WIDTH : positive := 8);
    port (clk : in std_logic);
  end component;

  type state_t is (idle, turning);
  type memory_t is array (0 to 15) of std_logic_vector(7 downto 0);
  type ride is record
    horses : natural;
    lit    : boolean;
  end record ride;
  subtype small is integer range 0 to 3;
  attribute keep : string;
  signal clk : std_logic := '0';
  shared variable rides : natural := 0;
  alias tick is clk;

  procedure wait_turns(signal clk : in std_logic; count : in natural := 1) is
    variable left : natural := count;
  begin
    while left > 0 loop
      wait until rising_edge(clk);
      left := left - 1;
    end loop;
  end procedure;
begin
  clk <= not clk after 5 ns;

  counter : entity work.turn_counter(rtl)
    generic map (WIDTH => 8)
    port map (clk => clk, turn => '1', turns => open);

  horses : for i in 0 to 3 generate
    lamp : block
    begin
    end block lamp;
  end generate horses;

  process
  begin
    wait_turns(clk, 3);
    assert rides = 0 report "rides" severity failure;
    wait;
  end process;
end architecture test;

package body carousel_types is
  function "+" (left, right : horse) return horse is
  begin
    return left;
  end function;
end package body;

configuration all_horses of turn_counter_tb is
  for test
  end for;
end configuration all_horses;
