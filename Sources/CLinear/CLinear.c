#include "CLinear.h"

#include <linear.h>
#include <stdlib.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

static void silent(const char *text) { (void)text; }

int clinear_train(
    int rows, int features, int classes, const int *starts, const int *indices, const double *values,
    const int *labels, double cost, double *weights)
{
    if (rows <= 0 || features <= 0 || classes < 2) { return -1; }
    size_t total = (size_t)starts[rows] + 2 * (size_t)rows;  // per row: its features, the bias, the terminator
    struct feature_node *nodes = malloc(total * sizeof *nodes);
    struct feature_node **x = malloc((size_t)rows * sizeof *x);
    double *y = malloc((size_t)rows * sizeof *y);
    if (!nodes || !x || !y) {
        free(nodes);
        free(x);
        free(y);
        return -1;
    }
    struct feature_node *next = nodes;
    for (int r = 0; r < rows; r++) {
        x[r] = next;
        y[r] = labels[r];
        for (int k = starts[r]; k < starts[r + 1]; k++) {
            *next++ = (struct feature_node){.index = indices[k] + 1, .value = values[k]};
        }
        *next++ = (struct feature_node){.index = features + 1, .value = 1};
        *next++ = (struct feature_node){.index = -1, .value = 0};
    }
    struct problem problem = {.l = rows, .n = features + 1, .y = y, .x = x, .bias = 1};
    struct parameter parameter = {.solver_type = MCSVM_CS, .eps = 0.1, .C = cost, .p = 0.1};
    int result = -1;
    set_print_string_function(silent);
    if (check_parameter(&problem, &parameter) == NULL) {
        srand(1);
        struct model *model = train(&problem, &parameter);
        if (model) {
            // The solver orders classes by first appearance; the caller's order is restored here.
            if (model->nr_class == classes) {
                for (int feature = 0; feature <= features; feature++) {
                    for (int column = 0; column < classes; column++) {
                        weights[(size_t)feature * classes + model->label[column]] =
                            model->w[(size_t)feature * classes + column];
                    }
                }
                result = 0;
            }
            free_and_destroy_model(&model);
        }
    }
    free(nodes);
    free(x);
    free(y);
    return result;
}

void clinear_give_memory_back(void) {
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}
