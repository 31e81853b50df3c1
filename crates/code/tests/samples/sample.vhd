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
