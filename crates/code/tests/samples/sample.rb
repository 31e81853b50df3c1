# frozen_string_literal: true

require "json"
require_relative "disk"

module Greetings
  CAPACITY = 16

  # What went wrong.
  class Error < StandardError; end

  # Keeps greetings.
  #
  # One for each name.
  class Store < Greetings::Base
    include Enumerable

    attr_reader :limit, :tone

    # Makes one.
    def initialize(limit: CAPACITY)
      @limit = limit
      local = 1
    end

    def self.open(path)
      new
    end

    class << self
      def default
        @default ||= new
      end
    end

    # Looks a greeting up.
    def [](name)
      @greetings[name]
    end

    def empty? = @greetings.empty?

    alias_method :get, :[]
    define_method(:shout) { |name| name.upcase }

    private

    def check!(name)
      raise Error if name.nil?
    end
  end

  class Disk::Store
  end
end

def greet(name)
  "hello #{name}"
end

# A house by its doors.
class House
  extend Forwardable
  include Comparable

  Door = Struct.new(:name, :wood) do
    def to_s = "door #{name}"
  end
  Point = Data.define(:x, :y)
  MissingKey = Class.new(StandardError)
  WOODS = %i[oak pine].freeze

  def_delegators :@doors, :size, :each
  attr_accessor :owner
  attr_writer :paint
  has_many :rooms, dependent: :destroy
  scope :large, -> { where("doors > ?", 8) }
  validates :owner, presence: true

  class << self
    attr_reader :count

    private def build(*doors, **options, &block) = new(doors)
  end

  def initialize(doors = [])
    @doors = doors
    @@houses ||= 0
  end

  def <=>(other) = size <=> other.size
  def +(other); House.new(@doors + other.doors); end
  def -@; self; end

  def name=(name)
    @name = name.to_s
  end

  protected

  attr_reader :doors

  # Walks through all rooms.
  #
  # @yield [room] each of them
  def walk
    return enum_for(__method__) unless block_given?

    @doors.each { |door| yield door }
  rescue MissingKey => error
    warn <<~TEXT
      no key: #{error.message}
    TEXT
  ensure
    @walked = true
  end

  private_class_method def self.secret; end
  private :walk
end

module House::Rooms
  module_function

  def count(house) = house.size

  refine String do
    def shout = upcase
  end
end

RSpec.describe House do
  let(:house) { described_class.new }

  it "opens with its key" do
    expect(house).to be_open
  end
end

task default: [:test]
task :paint, [:wood] => :build do |_, args|
  puts args[:wood]
end
