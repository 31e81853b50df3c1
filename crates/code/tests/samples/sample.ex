defmodule Greetings.Store do
  @moduledoc """
  Keeps greetings.

  One for each name.
  """

  use GenServer
  import Ecto.Query, only: [from: 2]
  alias Greetings.{Disk, Memory}
  require Logger

  @capacity 16
  @type name :: String.t()

  defstruct [:limit, greetings: %{}]

  @callback greet(name) :: String.t()

  @doc """
  Looks a greeting up.
  """
  @spec get(t(), name()) :: String.t() | nil
  def get(store, name)
  def get(nil, _name), do: nil

  def get(%__MODULE__{} = store, name) when is_binary(name) do
    local = name
    store.greetings[local]
  end

  # Opens one.
  defp open(path) do
    {:ok, path}
  end

  def empty?, do: true

  defmacro greeting(name) do
    quote do: "hello #{unquote(name)}"
  end

  defguard is_name(value) when is_binary(value)

  defimpl String.Chars do
    def to_string(store), do: inspect(store)
  end
end

defprotocol Greetings.Greeter do
  @doc "Says hello."
  def greet(value, name)
end

defmodule Visits.House do
  @moduledoc false
  @behaviour Visits.Door
  @enforce_keys [:owner]
  defstruct owner: nil, doors: [], knocks: 0

  alias __MODULE__, as: House
  alias Visits.Store, as: Shelf
  import Kernel, except: [length: 1]

  @typedoc "A house by its doors."
  @type t(door) :: %House{owner: String.t(), doors: [door]}
  @typep wood :: :oak | :pine
  @opaque key :: non_neg_integer()
  @woods ~w(oak pine)a

  defmodule LockedError do
    defexception message: "no key", code: 1
  end

  @impl true
  def handle_call({:open, door}, _from, %House{doors: doors} = state)
      when is_atom(door) and door in @woods do
    with {:ok, key} <- Map.fetch(doors, door),
         true <- key > 0 do
      {:reply, :ok, state}
    else
      _ -> {:reply, {:error, %LockedError{}}, state}
    end
  end

  def handle_call(:shut, _from, state), do: {:reply, :ok, state}

  @doc since: "1.2.0"
  @spec rooms(t(any), keyword) :: Enumerable.t()
  def rooms(house, opts \\ [])

  def rooms(%{doors: []}, _opts), do: []

  def rooms(%{doors: [first | rest]}, opts) do
    inner = fn door -> {door, opts} end
    [first | rest] |> Stream.map(&inner.(&1)) |> Enum.to_list()
  end

  def left <~> right, do: left == right

  defdelegate size(house), to: Shelf, as: :count
  defoverridable size: 1

  defmacro __using__(opts) do
    quote bind_quoted: [opts: opts] do
      def porch, do: unquote(opts[:porch])
    end
  end
end

defimpl Visits.Greeter, for: [Visits.House, Map] do
  def greet(house, name), do: "#{house.owner} meets #{name}"
end

defmodule Visits.HouseTest do
  use ExUnit.Case, async: true

  setup do
    {:ok, house: %Visits.House{owner: "you"}}
  end

  describe "open/2" do
    test "opens with its key", %{house: house} do
      assert house.knocks == 0
    end
  end
end
