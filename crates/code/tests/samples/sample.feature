# language: en
@bakery
Feature: Ordering a wedding cake
  As a couple we want a cake
  that is ready on the day.

  Background:
    Given the bakery is open

  @layers
  Scenario: A cake of three layers
    Given a cake with 3 layers
    When the couple asks for marzipan
    Then the price is 90 pounds

  Scenario Outline: Cakes for many guests
    Given <guests> guests
    Then the cake has <tiers> tiers

    Examples:
      | guests | tiers |
      | 40     | 2     |
      | 120    | 4     |

  Rule: No cake is baked on a Sunday

    Example: An order for Monday
      Given it is Saturday
      When a couple orders:
        """
        Scenario: this is what they wrote
        """
      Then the cake is baked on Saturday
