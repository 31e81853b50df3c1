      * Counts the coal of a steam railway.
       IDENTIFICATION DIVISION.
       PROGRAM-ID. COALSHED.
       ENVIRONMENT DIVISION.
       INPUT-OUTPUT SECTION.
       FILE-CONTROL.
           SELECT COAL-FILE ASSIGN TO "coal.dat".
       DATA DIVISION.
       FILE SECTION.
       FD  COAL-FILE.
       01  COAL-RECORD.
           05  ENGINE-NAME    PIC X(20).
           05  SACKS          PIC 9(4).
       WORKING-STORAGE SECTION.
           COPY TIMETABLE.
       01  TOTAL-SACKS        PIC 9(6) VALUE 0.
       01  END-OF-FILE-FLAG   PIC X VALUE "N".
           88  NO-MORE-COAL   VALUE "Y".
       77  TRAIN-COUNT        PIC 9(3).
       PROCEDURE DIVISION.
       MAIN-SECTION SECTION.
       BEGIN-DAY.
           OPEN INPUT COAL-FILE
           PERFORM SHOVEL-COAL UNTIL NO-MORE-COAL
           PERFORM PRINT-TOTAL
           STOP RUN.
      * Reads one engine's sacks, and adds them.
       SHOVEL-COAL.
           READ COAL-FILE
               AT END SET NO-MORE-COAL TO TRUE
               NOT AT END
                   ADD SACKS TO TOTAL-SACKS
           END-READ.
           EXIT.
       PRINT-TOTAL.
           DISPLAY "SACKS: " TOTAL-SACKS.
           GOBACK.
