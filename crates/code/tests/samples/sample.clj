;; The ledger of a small library: who has which book, and until when.
(ns library.ledger
  (:require [clojure.string :as str]
            [library.store :refer [fetch save!]])
  (:import (java.time LocalDate)))

(def loan-days "How long a book may stay away." 28)

(defonce ^:private open-loans (atom {}))

(defrecord Loan [book reader due])

(defprotocol Shelf
  "Where books stand."
  (place [shelf book] "Puts a book back.")
  (missing [shelf]))

(defn- due-date
  "The day on which a loan ends."
  [^LocalDate day]
  (.plusDays day loan-days))

(defn lend!
  "Lends a book to a reader, unless somebody has it."
  ([book reader] (lend! book reader (LocalDate/now)))
  ([book reader day]
   (if (contains? @open-loans book)
     {:error :lent}
     (let [loan (->Loan book reader (due-date day))]
       (swap! open-loans assoc book loan)
       (save! loan)
       loan))))

(defmulti reminder-text :channel)

(defmethod reminder-text :mail [{:keys [reader book]}]
  (str "Dear " reader ", please bring back " book "."))

(defmacro with-shelf [[name shelf] & body]
  `(let [~name (fetch ~shelf)]
     ~@body))

(deftype WoodenShelf [books]
  Shelf
  (place [_ book] (conj books book))
  (missing [_] (remove nil? books)))

(comment
  (lend! "Momo" "ada"))

(s/def ::book (s/and string? #(< 0 (count %))))

(def ^{:doc "Who may lend." :private true} readers
  #{"ada" "lovis"})

(defmethod reminder-text :default [_] nil)

(defn ^String overdue
  "The loans that are late, oldest first."
  {:added "1.2"}
  [loans & {:keys [day] :or {day (LocalDate/now)}}]
  (letfn [(late? [loan] (.isBefore (:due loan) day))]
    (->> loans
         (filter late?)
         (sort-by :due))))

(extend-protocol Shelf
  java.util.List
  (place [shelf book] (.add shelf book))
  nil
  (missing [_] []))

(extend-type Loan
  Shelf
  (missing [loan] (:book loan)))

(declare lend-all!)

(defn- lend-all!
  [books reader]
  (doseq [book books
          :when (not (@open-loans book))]
    (lend! book reader)))

(def ^:dynamic *branch* :north)

(definline half [n] `(/ ~n 2))

(deftest lends-once
  (testing "a book that somebody has"
    (is (= {:error :lent} (lend! "Momo" "ada")))))

(defn -main [& args]
  (binding [*branch* (keyword (first args))]
    (println #?(:clj "jvm" :cljs "js"))))
