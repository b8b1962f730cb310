#pragma once

#ifdef __cplusplus
extern "C" {
#endif

/// Trains a multi-class linear support vector machine (Crammer and Singer) with LIBLINEAR's defaults, a bias
/// feature of 1 and a fixed seed, so that equal input gives equal weights.
///
/// The rows are sparse: the features of row r are `indices[starts[r] ..< starts[r + 1]]` (each in
/// 0 ..< features, ascending within a row) with `values` beside them; `labels[r]` is in 0 ..< classes and each
/// class must occur. `weights` receives (features + 1) x classes numbers, the last row being the bias.
///
/// Not reentrant, because the solver draws from the process's `rand`: one call at a time.
/// - Returns: 0; -1 when memory ran out or the solver refused the input, then `weights` is untouched.
int clinear_train(
    int rows, int features, int classes, const int *starts, const int *indices, const double *values,
    const int *labels, double cost, double *weights);

/// Gives memory that was freed back to the system, where the C library would keep it for later. For after work that
/// needs far more than it leaves behind.
void clinear_give_memory_back(void);

#ifdef __cplusplus
}
#endif
