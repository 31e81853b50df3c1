*** Settings ***
Documentation     Borrowing boats on a lake.
Library           Collections
Resource          boats.resource
Suite Setup       Open The Boathouse

*** Variables ***
${DEPOSIT}        20
@{OARS}           left    right

*** Test Cases ***
A Rower Gets A Boat
    [Tags]    boats
    ${boat} =    Borrow Boat    Anna
    Should Be Equal    ${boat}    ready

No Boat In A Storm
    Given A Storm Is Coming
    Then The Boathouse Is Closed

*** Keywords ***
# Takes the deposit first.
Borrow Boat
    [Arguments]    ${rower}
    Take Deposit    ${DEPOSIT}
    RETURN    ready

Take Deposit
    [Arguments]    ${amount}
    Log    ${amount}

The Boathouse Is ${state}
    Log    ${state}
