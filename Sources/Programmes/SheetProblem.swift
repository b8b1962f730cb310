/// One mistake in a table that people fill in: which line, which column, what, and how to mend it.
package typealias SheetProblem = ClassSheet.Problem
